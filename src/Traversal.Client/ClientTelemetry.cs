using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Traversal.Client;

/// <summary>The names under which the clients' traces and metrics can be listened to.</summary>
public static class ClientTelemetry
{
    /// <summary>The name of the <see cref="ActivitySource"/> and of the <see cref="Meter"/>.</summary>
    public const string SourceName = "Traversal.Client";

    internal static readonly ActivitySource Activities = new(SourceName);

    private static readonly Meter Meter = new(SourceName);

    internal static readonly Counter<long> StunQueries =
        Meter.CreateCounter<long>("traversal.client.stun_queries", "{query}", "Binding requests by transport and outcome.");

    internal static readonly Histogram<double> StunRoundTrip =
        Meter.CreateHistogram<double>("traversal.client.stun_round_trip", "s", "Round trips of Binding requests that were sent once.");

    internal static readonly Counter<long> TurnAllocations =
        Meter.CreateCounter<long>("traversal.client.turn_allocations", "{allocation}", "Attempts to allocate by transport and outcome.");

    internal static readonly Histogram<double> TurnAllocationTime =
        Meter.CreateHistogram<double>("traversal.client.turn_allocation_time", "s", "How long allocations that were got took, connecting included.");

    internal static readonly UpDownCounter<long> TurnLive =
        Meter.CreateUpDownCounter<long>("traversal.client.turn_live_allocations", "{allocation}", "Allocations that live.");

    internal static readonly Counter<long> IceConnections =
        Meter.CreateCounter<long>("traversal.client.ice_connections", "{connection}", "Attempts to connect by outcome and kind of path.");

    internal static readonly Histogram<double> IceConnectTime =
        Meter.CreateHistogram<double>("traversal.client.ice_connect_time", "s", "How long attempts that led to a path took.");

    internal static readonly UpDownCounter<long> IceLive =
        Meter.CreateUpDownCounter<long>("traversal.client.ice_live_connections", "{connection}", "Connections that live.");

    internal static readonly Counter<long> PeerConnections =
        Meter.CreateCounter<long>("traversal.client.peer_connections", "{connection}", "Attempts to connect to peers by outcome.");

    internal static readonly Histogram<double> PeerConnectTime =
        Meter.CreateHistogram<double>("traversal.client.peer_connect_time", "s", "How long attempts that led to a connection took.");

    internal static readonly UpDownCounter<long> PeerLive =
        Meter.CreateUpDownCounter<long>("traversal.client.peer_live_connections", "{connection}", "Connections to peers that live.");
}
