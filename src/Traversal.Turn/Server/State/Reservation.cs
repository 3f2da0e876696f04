using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>A port held for who has the token (RFC 8656 section 7.2), charged to who asked for it.</summary>
internal readonly record struct Reservation(ulong Token, int Host, ushort Port, byte[] Account, TransportAddress Client, bool IsExempt, MonotonicTime ExpiresAt);
