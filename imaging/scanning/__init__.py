"""From a folder, DICOMDIR, zip or file to studies, by headers alone."""
