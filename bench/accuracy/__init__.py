"""How accurately reports are read: answers made by careful reading of real reports, compared with what is read."""
