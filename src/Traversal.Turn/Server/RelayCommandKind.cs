namespace Traversal.Turn.Server;

/// <summary>What the state machine wants of its driver.</summary>
public enum RelayCommandKind : byte
{
    /// <summary>No command.</summary>
    None = 0,

    /// <summary>
    /// Open a UDP socket at <see cref="RelayCommand.Address"/>, exactly that port, and answer with <see cref="RelayMachine.OnRelayOpened"/> or
    /// <see cref="RelayMachine.OnRelayFailed"/>.
    /// </summary>
    OpenRelay,

    /// <summary>
    /// Close <see cref="RelayCommand.Relay"/>, and say so with <see cref="RelayMachine.OnRelayClosed"/>. What the socket still receives belongs to nobody.
    /// </summary>
    CloseRelay,
}
