"""The web page over ``index/``, or the folder that ``KINDSEARCH_INDEX`` names: ``python app.py``."""

from kindsearch import KindSearch
from kindsearch.interfaces.web import serve

if __name__ == "__main__":
    serve(KindSearch.open())
