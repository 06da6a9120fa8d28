"""The demo newsroom: a small web of plainly-demo outlets, served as real HTTP on loopback.

It lets anybody see the whole job without internet, and gives tests something real to poll. `content` reads the
articles, `feeds` and `pages` render them, `site` decides what a request gets, `server` puts it on sockets.
Nothing here is reported by anybody: the texts retell public, documented facts of 2015 and 2016 in the project's
own words, and every page says that it is a demo.
"""
