namespace Traversal.Ice;

/// <summary>The priorities of candidates and pairs (RFC 8445 sections 5.1.2 and 6.1.2.3).</summary>
internal static class CandidatePriority
{
    /// <summary>The largest priority of a candidate (RFC 8445 section 5.1.2).</summary>
    public const uint Max = int.MaxValue;

    // RFC 8445 section 5.1.2.2.
    private const uint HostPreference = 126, PeerReflexivePreference = 110, ServerReflexivePreference = 100, RelayedPreference = 0;

    /// <summary>RFC 8445 section 5.1.2.1.</summary>
    public static uint Of(IceCandidateKind kind, ushort localPreference, int component) =>
        TypePreference(kind) << 24 | (uint)localPreference << 8 | (uint)(256 - component);

    /// <summary>The same candidate as the peer would discover it (RFC 8445 section 7.1.1).</summary>
    public static uint AsPeerReflexive(uint priority) => PeerReflexivePreference << 24 | (priority & 0x00FF_FFFF);

    /// <summary>What a peer wrote into PRIORITY, brought into the range that priorities have: some write it in the wrong byte order.</summary>
    public static uint Clamp(uint priority) => Math.Clamp(priority, 1, Max);

    /// <summary>The priority of a pair (RFC 8445 section 6.1.2.3).</summary>
    public static ulong OfPair(uint controlling, uint controlled) =>
        ((ulong)Math.Min(controlling, controlled) << 32) + 2 * (ulong)Math.Max(controlling, controlled) + (controlling > controlled ? 1u : 0u);

    private static uint TypePreference(IceCandidateKind kind) => kind switch
    {
        IceCandidateKind.Host => HostPreference,
        IceCandidateKind.PeerReflexive => PeerReflexivePreference,
        IceCandidateKind.ServerReflexive => ServerReflexivePreference,
        _ => RelayedPreference,
    };
}
