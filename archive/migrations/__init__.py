"""How an archive becomes one of this version; run by ``archive.database.migrating``."""
