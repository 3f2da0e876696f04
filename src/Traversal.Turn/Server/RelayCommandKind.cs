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

    /// <summary>
    /// Listen on TCP at <see cref="RelayCommand.Address"/>, exactly that port, and answer as to <see cref="OpenRelay"/>, with no socket's number. Who
    /// connects is announced with <see cref="RelayMachine.OnPeerArrived"/>.
    /// </summary>
    Listen,

    /// <summary>Listen no more, and say so with <see cref="RelayMachine.OnRelayClosed"/>. The connections have commands of their own.</summary>
    StopListening,

    /// <summary>
    /// Connect from the address on which the allocation listens to <see cref="RelayCommand.Address"/>, and answer with
    /// <see cref="RelayMachine.OnPeerConnected"/> or <see cref="RelayMachine.OnPeerConnectFailed"/>.
    /// </summary>
    Connect,

    /// <summary>
    /// Close <see cref="RelayCommand.Connection"/> and what the client has bound to it. One that is being connected is given up, and
    /// <see cref="RelayMachine.OnPeerConnectFailed"/> answers its <see cref="Connect"/>.
    /// </summary>
    CloseConnection,

    /// <summary>
    /// Carry bytes between <see cref="RelayCommand.Client"/> and <see cref="RelayCommand.Connection"/>, which may be that of another machine of the
    /// group: that one is told with <see cref="RelayMachine.OnConnectionBound"/>.
    /// </summary>
    BindConnection,

    /// <summary>Close <see cref="RelayCommand.Client"/> after what was sent to it; no answer.</summary>
    CloseClient,

    /// <summary>
    /// Let <see cref="RelayCommand.Client"/>, a connection to which an allocation moves, have whatever a client with an allocation has; no answer.
    /// </summary>
    TrustClient,
}
