"""Who may do what with the engines: least privilege, told by the code that uses them."""
