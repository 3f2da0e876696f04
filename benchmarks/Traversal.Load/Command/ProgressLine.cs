using System.Globalization;
using Traversal.Load.Engine;
using Traversal.Load.Measurement;
using Traversal.Load.Native;

namespace Traversal.Load.Command;

/// <summary>One line on the terminal that is written over and over; where standard error is no terminal there is none.</summary>
internal sealed class ProgressLine(bool isVisible) : IProgressDisplay
{
    private const long MinIntervalNanoseconds = 200_000_000;

    private string _title = "";
    private long _shownAt;
    private long _rateAt;
    private long _rateDelivered;
    private int _phase = -1;

    /// <summary>What stands in front of the line.</summary>
    public void Begin(string title) => _title = title;

    public void ShowSetup(int done, int total)
    {
        if (IsDue()) Write(string.Create(CultureInfo.InvariantCulture, $"allocations {done}/{total}"));
    }

    public void ShowTraffic(Traffic traffic, ProcessProbe probe)
    {
        if (!IsDue()) return;

        long delivered = traffic.Up.Delivered + traffic.Down.Delivered;
        long sent = traffic.Up.Sent + traffic.Down.Sent;
        long underWay = traffic.Up.InFlight + traffic.Down.InFlight;
        long now = PreciseTimer.Now;
        if (_phase != traffic.Phase.Number) (_phase, _rateAt, _rateDelivered) = (traffic.Phase.Number, traffic.StartedAt, 0);

        double rate = (delivered - _rateDelivered) / ((now - _rateAt) / 1e9);
        (_rateAt, _rateDelivered) = (now, delivered);
        double elapsed = (now - traffic.StartedAt) / 1e9;
        double p99 = Math.Max(traffic.Up.Latency.Percentile(99), traffic.Down.Latency.Percentile(99)) / 1e3;
        string resident = probe.IsWatching
            ? string.Create(CultureInfo.InvariantCulture, $", server {probe.Read().ResidentKilobytes / 1024.0:F0} MB")
            : "";
        Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{traffic.Phase.Name} {elapsed:F1}/{traffic.Phase.Length.TotalSeconds:F1} s: {rate / 1e3:F1} k packets/s, missing {Math.Max(0, sent - delivered - underWay)}, p99 {p99:F0} us{resident}"));
    }

    /// <summary>Takes the line away.</summary>
    public void End()
    {
        if (isVisible && _shownAt != 0) Console.Error.Write("\r\e[K");
        _shownAt = 0;
        _phase = -1;
    }

    private bool IsDue() => isVisible && PreciseTimer.Now - _shownAt > MinIntervalNanoseconds;

    private void Write(string text)
    {
        _shownAt = PreciseTimer.Now;
        Console.Error.Write($"\r\e[K{_title}{text}");
    }
}
