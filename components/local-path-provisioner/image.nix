{staticImage}: staticImage ["local-path-provisioner"]
