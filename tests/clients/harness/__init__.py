"""The feeds of chatcal, compared in real calendar programs with what `chatcal dates` says."""
