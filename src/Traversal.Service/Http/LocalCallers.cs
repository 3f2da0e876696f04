using System.Net;
using Microsoft.AspNetCore.Http;

namespace Traversal.Service.Http;

/// <summary>Lets only programs of this machine through: a loopback address, and no sign that a proxy speaks for somebody else.</summary>
internal static class LocalCallers
{
    private static readonly string[] ForwardingHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"];

    public static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address &&
        IPAddress.IsLoopback(address) &&
        !ForwardingHeaders.Any(context.Request.Headers.ContainsKey);
}
