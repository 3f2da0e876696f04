namespace Traversal.Connectivity;

/// <summary>What a packet was, and where in it data stands.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Offset">Where the data begins.</param>
/// <param name="Length">How long it is; 0 is an empty datagram.</param>
public readonly record struct ConnectivityArrival(ConnectivityArrivalKind Kind, int Offset = 0, int Length = 0);
