"""The same fits elsewhere: from kept sums, or on a cluster. What is learned is what a fit at home
learns, to float tolerance."""
