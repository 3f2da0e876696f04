using System.Diagnostics;
using System.Globalization;

namespace Traversal.Cli;

/// <summary>Says on a terminal what is waited for once that takes long, and takes it back when it is there. Programs and files get nothing of it.</summary>
internal sealed class WaitNotice : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2), Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly string _what;
    private readonly Timer? _timer;
    private int _shown;
    private bool _isOver;

    /// <param name="what">What is waited for.</param>
    /// <param name="isWanted">Whether somebody is to be told.</param>
    public WaitNotice(string what, bool isWanted)
    {
        _what = what;
        if (isWanted && !Console.IsErrorRedirected) _timer = new Timer(static notice => ((WaitNotice)notice!).Show(), this, Quiet, Interval);
    }

    /// <summary>Takes it back.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_gate)
        {
            _isOver = true;
            if (_shown > 0) Console.Error.Write($"\r{new string(' ', _shown)}\r");
        }
    }

    private void Show()
    {
        lock (_gate)
        {
            if (_isOver) return;

            string text = string.Create(CultureInfo.InvariantCulture, $"{_what} ({Stopwatch.GetElapsedTime(_start).TotalSeconds:0} s)");
            Console.Error.Write($"\r{text}");
            _shown = text.Length;
        }
    }
}
