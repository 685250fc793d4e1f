"""What we are compared with: plain reference methods, and other libraries behind the same two members. Never used to recommend."""
