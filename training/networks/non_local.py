"""The non-local block (DeepLIMa section 2.1.4, equations 3 and 4; Wang et al., CVPR 2018)."""

from __future__ import annotations

from torch import Tensor, nn


class NonLocalBlock(nn.Module):
    """Every place looks at all others; starts as nothing, so that a trunk keeps what it learnt.

    f is the embedded dot product (equation 4) and C(u) the number of places (equation 3).
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        inner = max(1, channels // 2)
        self.theta = nn.Conv2d(channels, inner, 1)
        self.phi = nn.Conv2d(channels, inner, 1)
        self.g = nn.Conv2d(channels, inner, 1)
        self.out = nn.Conv2d(inner, channels, 1)
        nn.init.zeros_(self.out.weight)
        if self.out.bias is not None:
            nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor) -> Tensor:
        """x: (n, channels, h, w); gives the same shape."""
        theta, phi, g = (part(x).flatten(2) for part in (self.theta, self.phi, self.g))
        # With a dot product, sum_j (theta_i . phi_j) g_j is theta_i times one small matrix.
        summed = phi @ g.transpose(1, 2) / theta.shape[-1]
        seen = (summed.transpose(1, 2) @ theta).reshape(x.shape[0], -1, *x.shape[2:])
        found: Tensor = x + self.out(seen)
        return found
