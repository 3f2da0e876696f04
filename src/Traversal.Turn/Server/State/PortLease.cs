namespace Traversal.Turn.Server;

/// <summary>A port that an allocation has.</summary>
internal readonly record struct PortLease(int Host, ushort Port, ulong ReservationToken);
