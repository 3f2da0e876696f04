namespace Traversal.Peer.Identity;

/// <summary>What a certificate grants, and for how long.</summary>
public sealed record CertificateTerms
{
    /// <summary>The end that says that there is none (RFC 5280 section 4.1.2.5).</summary>
    public static readonly DateTimeOffset Endless = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>From when it is good; fractions of a second are cut off.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Until when it is good, this second included.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Whether the subject may sign certificates itself; not by default.</summary>
    public bool MayIssue { get; init; }

    /// <summary>How many certificates that may issue may follow it; null, the default, is without a bound. Only for one that may issue.</summary>
    public int? PathLength { get; init; }
}
