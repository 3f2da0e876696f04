using Microsoft.Extensions.Logging;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>Everything the clients log.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(1, LogLevel.Debug, "Asked {Server} over {Transport}: {Outcome}.")]
    public static partial void StunQueried(ILogger logger, TransportAddress server, StunTransport transport, StunStatus outcome);
}
