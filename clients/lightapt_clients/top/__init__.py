"""The application of ``lightapt top``: pure models of what is shown, and a thin layer of textual over them."""
