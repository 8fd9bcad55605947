"""Feature pyramid (Lin et al., "Feature Pyramid Networks for Object Detection", CVPR 2017)."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional


class Fpn(nn.Module):
    """Lateral 1x1 convolutions, the coarser map added, a 3x3 convolution (section 3, figure 3)."""

    def __init__(self, channels: Sequence[int], out: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(own, out, 1) for own in channels)
        self.smooth = nn.ModuleList(nn.Conv2d(out, out, 3, padding=1) for _ in channels)

    def forward(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """maps: (n, channels[i], h_i, w_i), each half as large as the one before; gives as many
        of the same sizes with ``out`` channels.
        """
        levels = [layer(one) for layer, one in zip(self.lateral, maps, strict=True)]
        for number in range(len(levels) - 1, 0, -1):
            larger = functional.interpolate(levels[number], scale_factor=2.0, mode="nearest")
            levels[number - 1] = levels[number - 1] + larger
        return [layer(one) for layer, one in zip(self.smooth, levels, strict=True)]
