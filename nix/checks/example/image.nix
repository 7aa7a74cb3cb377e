{staticImage}: staticImage ["httpd"]
