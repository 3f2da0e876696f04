using Microsoft.Extensions.Logging;
using Traversal.Client.Network;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>Everything the clients log.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(1, LogLevel.Debug, "Asked {Server} over {Transport}: {Outcome}.")]
    public static partial void StunQueried(ILogger logger, TransportAddress server, ServerTransport transport, StunStatus outcome);

    [LoggerMessage(11, LogLevel.Debug, "Asked {Server} for an allocation: {Outcome}.")]
    public static partial void Allocated(ILogger logger, TurnServerEndpoint? server, TurnStatus outcome);

    [LoggerMessage(12, LogLevel.Debug, "The allocation on {Server} is over: {Outcome}.")]
    public static partial void Ended(ILogger logger, TurnServerEndpoint server, TurnStatus outcome);

    [LoggerMessage(13, LogLevel.Debug, "{Server} sends its clients to {Alternate}.")]
    public static partial void Redirected(ILogger logger, TurnServerEndpoint server, TransportAddress alternate);

    [LoggerMessage(14, LogLevel.Warning, "No other login was got for an allocation that needs one.")]
    public static partial void LoginNotRenewed(ILogger logger, Exception failure);

    [LoggerMessage(21, LogLevel.Debug, "Connecting by ICE ended: {Outcome}.")]
    public static partial void IceConnected(ILogger logger, IceStatus outcome);

    [LoggerMessage(22, LogLevel.Debug, "The ICE connection is {State}.")]
    public static partial void IceState(ILogger logger, IceAgentState state);

    [LoggerMessage(23, LogLevel.Debug, "{Server} gave no candidate: {Status}.")]
    public static partial void IceServerFailed(ILogger logger, IceServer server, TurnStatus status);

    [LoggerMessage(24, LogLevel.Debug, "No socket was opened on {Local}: {Status}.")]
    public static partial void BaseNotOpened(ILogger logger, TransportAddress local, NetworkStatus status);

    [LoggerMessage(25, LogLevel.Warning, "The application's signalling failed.")]
    public static partial void SignalingFailed(ILogger logger, Exception failure);

    [LoggerMessage(31, LogLevel.Debug, "Connecting to a peer ended: {Outcome}.")]
    public static partial void PeerConnected(ILogger logger, PeerStatus outcome);

    [LoggerMessage(32, LogLevel.Debug, "The connection to a peer is over: {Reason}.")]
    public static partial void PeerClosed(ILogger logger, PeerCloseReason reason);
}
