"""What kinds of features there are: those of one kind say much the same, and share what they explain."""

GROUPS = ("shares of time", "limits", "shapes", "sizes", "condition")
OTHER = "other"

_NAMED = {
    "limits": (
        "log_balance",
        "log_intensity_over_balance",
        "log_fused_over_eager",
        "log_compute_over_bound",
        "log_traffic_over_bound",
        "log_launch_over_bound",
        "log_bound",
        "time_compute_bound",
    ),
    "condition": (
        "is_training",
        "is_compiled",
        "is_channels_last",
        "is_mixed",
        "is_brain_float",
        "version",
    ),
    "sizes": (
        "log_macs",
        "log_activations",
        "log_parameters",
        "log_macs_per_activation",
        "log_macs_per_parameter",
        "image_size",
        "log_batch",
        "log_batch_activations",
    ),
}
_BEGINNING = {
    "shares of time": ("time_share_", "flop_share_", "launch_share_"),
    "shapes": ("compute_", "conv_", "time_log_", "traffic_"),
}


def group_of(feature: str) -> str:
    """The group of a feature, one of GROUPS; OTHER for a feature that no group names."""
    for group, names in _NAMED.items():
        if feature in names:
            return group
    return next((group for group, beginnings in _BEGINNING.items() if feature.startswith(beginnings)), OTHER)
