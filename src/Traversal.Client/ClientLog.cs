using Microsoft.Extensions.Logging;
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
}
