using Traversal.Primitives;

namespace Traversal.Client.Allocations;

/// <summary>Data for a peer that the server has been asked to permit, in a packet with room around it.</summary>
internal readonly record struct PendingDatagram(TransportAddress Peer, byte[] Packet, int Length, bool DontFragment);
