"""Transfer syntaxes: decoding and encoding of single frames, and the set-up of pydicom."""
