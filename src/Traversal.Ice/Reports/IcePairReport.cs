namespace Traversal.Ice;

/// <summary>What is known of a pair: the statistics of W3C's <c>RTCIceCandidatePairStats</c>, and its timeline.</summary>
public sealed record IcePairReport
{
    /// <summary>The local candidate that was checked.</summary>
    public required IceCandidate Local { get; init; }

    /// <summary>The remote candidate.</summary>
    public required IceCandidate Remote { get; init; }

    /// <summary>The local candidate as the peer saw it; null before a check was answered.</summary>
    public IceCandidate? Mapped { get; init; }

    /// <summary>The pair's priority.</summary>
    public required ulong Priority { get; init; }

    /// <summary>How far its check is.</summary>
    public required IcePairState State { get; init; }

    /// <summary>Whether both sides agree on it.</summary>
    public required bool IsNominated { get; init; }

    /// <summary>Whether data takes it.</summary>
    public required bool IsSelected { get; init; }

    /// <summary>Checks sent, those for consent included.</summary>
    public required long ChecksSent { get; init; }

    /// <summary>Of these, the ones for consent.</summary>
    public required long ConsentChecksSent { get; init; }

    /// <summary>Checks of the peer.</summary>
    public required long ChecksReceived { get; init; }

    /// <summary>Answers to these.</summary>
    public required long ResponsesSent { get; init; }

    /// <summary>Answers of the peer.</summary>
    public required long ResponsesReceived { get; init; }

    /// <summary>Packets of data sent.</summary>
    public required long PacketsSent { get; init; }

    /// <summary>Their bytes.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Packets of data received.</summary>
    public required long PacketsReceived { get; init; }

    /// <summary>Their bytes.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>The last round trip that was measured; zero before one was.</summary>
    public required TimeSpan RoundTrip { get; init; }

    /// <summary>The sum of all of them.</summary>
    public required TimeSpan TotalRoundTrip { get; init; }

    /// <summary>What has happened to it, in order.</summary>
    public required IReadOnlyList<IcePairMoment> Timeline { get; init; }

    internal static IcePairReport Of(CandidatePair pair, IceRole role, bool isSelected) => new()
    {
        Local = pair.Local.Signalled,
        Remote = pair.Remote.Candidate,
        Mapped = pair.Mapped?.Signalled,
        Priority = pair.PriorityFor(role),
        State = pair.State,
        IsNominated = pair.IsNominated,
        IsSelected = isSelected,
        ChecksSent = pair.Statistics.ChecksSent,
        ConsentChecksSent = pair.Statistics.ConsentChecksSent,
        ChecksReceived = pair.Statistics.ChecksReceived,
        ResponsesSent = pair.Statistics.ResponsesSent,
        ResponsesReceived = pair.Statistics.ResponsesReceived,
        PacketsSent = pair.Statistics.PacketsSent,
        BytesSent = pair.Statistics.BytesSent,
        PacketsReceived = pair.Statistics.PacketsReceived,
        BytesReceived = pair.Statistics.BytesReceived,
        RoundTrip = pair.Statistics.RoundTrip,
        TotalRoundTrip = pair.Statistics.TotalRoundTrip,
        Timeline = pair.Timeline.Moments.ToArray(),
    };
}
