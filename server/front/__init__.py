"""What stands between the network and the application: connections, fair use, answers kept, log and counts."""
