using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>
/// Gives each candidate of a type a local preference of its own (RFC 8445 section 5.1.2.1), the two IP versions in turn, so that a broken one
/// delays by one candidate and not by all of them (RFC 8421 section 4).
/// </summary>
internal sealed class LocalPreferences
{
    private const ushort Highest = ushort.MaxValue;
    private const int Kinds = 4;

    private readonly int[] _given = new int[Kinds * 2];
    private IPFamily _leader;

    /// <summary>The next preference. The IP version that comes first leads.</summary>
    public ushort Next(IceCandidateKind kind, IPFamily family)
    {
        if (_leader == IPFamily.None) _leader = family;
        int second = family == _leader ? 0 : 1;
        int rank = _given[(int)kind * 2 + second]++;
        return (ushort)(Highest - Math.Min(rank * 2 + second, Highest - 1));
    }
}
