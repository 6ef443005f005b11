"""The addresses of open connections."""

from channels.routing import URLRouter

websocket = URLRouter([])
