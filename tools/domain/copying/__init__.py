"""A creative that is there, made anew: what Meta shows of it is not what Meta takes."""
