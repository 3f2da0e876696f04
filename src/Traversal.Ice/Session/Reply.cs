using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice;

/// <summary>An answer that is to be sent: as little as it takes to write it.</summary>
/// <param name="Local">The base that the check came to.</param>
/// <param name="Remote">Where it came from.</param>
/// <param name="Id">The id of its transaction.</param>
/// <param name="Code">The error; none for success.</param>
/// <param name="Unknown">The attribute that was not understood, of a 420.</param>
/// <param name="Counter">What its TRANSACTION_TRANSMIT_COUNTER said; 0 without one.</param>
internal readonly record struct Reply(
    TransportAddress Local, TransportAddress Remote, TransactionId Id, StunErrorCode Code, ushort Unknown, byte Counter);
