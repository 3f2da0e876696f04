using System.Text;
using Microsoft.Extensions.Logging;
using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>
/// Says what allocations were used for when they end: all at Debug, with the client's address, and at Information those that were refused peers, as a
/// scan is. Who ends allocations fast fills no disk with it: so many are told a second, and how many were not.
/// </summary>
internal sealed class AuditLog(ILogger logger)
{
    private const int MaxPerSecond = 10;

    private MonotonicTime _second;
    private int _told;
    private long _untold;

    public void Write(in AllocationEnd end, MonotonicTime now)
    {
        bool isScan = end.PeersRefused > 0;
        if (!logger.IsEnabled(isScan ? LogLevel.Information : LogLevel.Debug)) return;

        if (now - _second >= TimeSpan.FromSeconds(1)) (_second, _told) = (now, 0);
        if (_told == MaxPerSecond)
        {
            _untold++;
            return;
        }

        _told++;
        string user = Printable(end.User.Span);
        if (isScan) TurnServerLog.PeersRefused(logger, user, end.PeersRefused, end.Peers, end.BytesToPeers, end.BytesToClient, _untold);
        TurnServerLog.AllocationEnded(logger, user, end.Client, end.Reason, end.Peers, end.BytesToPeers, end.BytesToClient, _untold);
        _untold = 0;
    }

    // A user's name may come from a stranger's web page: it writes no second line and moves no cursor.
    private static string Printable(ReadOnlySpan<byte> name)
    {
        StringBuilder text = new();
        foreach (Rune rune in Encoding.UTF8.GetString(name).EnumerateRunes()) text.Append(Rune.IsControl(rune) ? "?" : rune.ToString());
        return text.ToString();
    }
}
