namespace Traversal.Primitives;

/// <summary>Where randomness comes from. State machines take one as an argument, so that a run can be replayed from its seed.</summary>
public abstract partial class RandomSource
{
    /// <summary>Fills <paramref name="destination"/> with random bytes.</summary>
    public abstract void Fill(Span<byte> destination);
}
