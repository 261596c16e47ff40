"""Looking at cameras and recorders over the network: streams, ONVIF, clocks. No database, no web, no journal."""
