{staticImage}: staticImage ["traefik"]
