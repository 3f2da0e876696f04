namespace Traversal.Stun;

/// <summary>What <see cref="StunTransaction.OnTime"/> asks for.</summary>
public enum StunTransactionStep : byte
{
    /// <summary>Nothing until <see cref="StunTransaction.NextDeadline"/>.</summary>
    Wait,

    /// <summary>Send the request, the first time or again, with the same transaction id.</summary>
    Send,

    /// <summary>Nobody answered.</summary>
    TimedOut,
}
