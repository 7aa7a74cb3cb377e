{staticImage}: staticImage ["alertmanager" "amtool"]
