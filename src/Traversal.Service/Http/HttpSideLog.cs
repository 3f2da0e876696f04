using System.Net;
using Microsoft.Extensions.Logging;

namespace Traversal.Service.Http;

/// <summary>What the HTTP side logs.</summary>
internal static partial class HttpSideLog
{
    [LoggerMessage(101, LogLevel.Warning, "The HTTP side at {Endpoint} can be reached from other machines. It has no encryption; what is for this machine alone stays closed to them.")]
    public static partial void Public(ILogger logger, IPEndPoint endpoint);
}
