{staticImage}: staticImage ["prometheus" "promtool"]
