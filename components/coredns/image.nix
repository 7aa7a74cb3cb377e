{staticImage}: staticImage ["coredns"]
