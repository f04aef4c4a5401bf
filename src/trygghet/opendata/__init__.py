"""Everything that residents can read, as data: an API, files for spreadsheets, feeds and a description that catalogues of data read."""
