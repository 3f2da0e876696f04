namespace Traversal.Fuzz;

/// <summary>A target by name, with the inputs that fuzzing starts from.</summary>
internal sealed record FuzzTarget(string Name, Action<ReadOnlySpan<byte>> Fuzz, Func<IEnumerable<Seed>> Seeds)
{
    /// <summary>Every target that has a corpus.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Of<StunMessageTarget>(StunSeeds.All),
        Of<StreamFramerTarget>(StreamSeeds.All),
        Of<RelayTarget>(RelaySeeds.All),
        Of<TurnClientTarget>(TurnClientSeeds.All),
        Of<AddressTextTarget>(AddressSeeds.All),
        Of<ProxyHeaderTarget>(ProxySeeds.All),
        Of<DnsMessageTarget>(DnsSeeds.All),
        Of<PeerCertificateTarget>(CertificateSeeds.All),
        Of<PeerHelloTarget>(PeerSeeds.Hellos),
        Of<PeerFramesTarget>(PeerSeeds.Frames),
        Of<PeerDatagramTarget>(PeerSeeds.SealedDatagrams),
        Of<ReliablePathTarget>(ReliableSeeds.All),
        Of<IceAgentTarget>(IceSeeds.Agents),
        Of<IceCandidateTarget>(IceSeeds.Candidates),
    ];

    /// <summary>The target of this name, or null. The self-test has a name too, and no corpus.</summary>
    public static FuzzTarget? Find(string name) =>
        All.Append(Of<SelfTestTarget>(() => [])).FirstOrDefault(target => string.Equals(target.Name, name, StringComparison.Ordinal));

    private static FuzzTarget Of<TTarget>(Func<IEnumerable<Seed>> seeds)
        where TTarget : IFuzzTarget => new(TTarget.Name, TTarget.Fuzz, seeds);
}
