using Microsoft.Extensions.Logging;
using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>Everything the server logs. Nothing here is written per packet, and no client's address above Debug.</summary>
internal static partial class TurnServerLog
{
    [LoggerMessage(1, LogLevel.Information, "Listening on {Endpoint}.")]
    public static partial void Listening(ILogger logger, ListenEndpoint endpoint);

    [LoggerMessage(2, LogLevel.Information, "Relaying with {Workers} worker(s), {EngineChoice}.")]
    public static partial void Relaying(ILogger logger, int workers, string engineChoice);

    [LoggerMessage(3, LogLevel.Information, "Draining: {Allocations} allocation(s) are live; they have {Timeout} to end.")]
    public static partial void Draining(ILogger logger, int allocations, TimeSpan timeout);

    [LoggerMessage(4, LogLevel.Information, "Stopped; {Allocations} allocation(s) were cut.")]
    public static partial void Stopped(ILogger logger, int allocations);

    [LoggerMessage(5, LogLevel.Critical, "Worker {Worker} lost a batch of packets. This is a defect of the server.")]
    public static partial void WorkerFailed(ILogger logger, int worker, Exception exception);

    [LoggerMessage(6, LogLevel.Error, "Worker {Worker} did not stop within {Timeout}.")]
    public static partial void WorkerStuck(ILogger logger, int worker, TimeSpan timeout);

    [LoggerMessage(7, LogLevel.Warning, "No certificate is configured: one was made for this run, which no client trusts by itself. SHA-256 fingerprint {Fingerprint}.")]
    public static partial void CertificateMade(ILogger logger, string fingerprint);

    [LoggerMessage(8, LogLevel.Information, "The certificate was replaced. SHA-256 fingerprint {Fingerprint}, valid until {NotAfter:u}.")]
    public static partial void CertificateReplaced(ILogger logger, string fingerprint, DateTime notAfter);

    [LoggerMessage(10, LogLevel.Information, "An allocation of {User} ended that was refused {Refused} peer(s) for reaching new ones too fast; it reached {Peers}, {BytesToPeers} bytes to them and {BytesToClient} back. {Untold} before it were not told.")]
    public static partial void PeersRefused(ILogger logger, string user, int refused, int peers, long bytesToPeers, long bytesToClient, long untold);

    [LoggerMessage(11, LogLevel.Debug, "The allocation of {User} at {Client} ended ({Reason}); it reached {Peers} peer(s), {BytesToPeers} bytes to them and {BytesToClient} back. {Untold} before it were not told.")]
    public static partial void AllocationEnded(
        ILogger logger, string user, TransportAddress client, RelayCounter reason, int peers, long bytesToPeers, long bytesToClient, long untold);

    [LoggerMessage(9, LogLevel.Warning, "The present certificate stays, because the new one can't be used: {Problem}.")]
    public static partial void CertificateRefused(ILogger logger, string problem);
}
