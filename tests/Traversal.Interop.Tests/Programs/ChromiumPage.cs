using Microsoft.Playwright;

namespace Traversal.Interop.Tests.Programs;

/// <summary>An empty page in a headless Chromium, whose peer connections may use loopback.</summary>
internal sealed class ChromiumPage : IAsyncDisposable
{
    // Of a browser's start, and of what a page is waited for.
    private const float LimitMilliseconds = 120_000;

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--ignore-certificate-errors",
        // The only network may be the loopback interface.
        "--allow-loopback-in-peer-connection",
        // What the browser does by itself stays on the machine: no name resolves, and no multicast asks or tells the neighbours.
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-pings",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--disable-features=WebRtcHideLocalIpsWithMdns,MediaRouter,DialMediaRouteProvider,OptimizationHints,NetworkTimeServiceQuerying,Translate",
    ];

    // A page that may use the microphone gathers on every interface; any other one only where the default route is, if there is one.
    private static readonly string[] Permissions = ["microphone"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private ChromiumPage(IPlaywright playwright, IBrowser browser, IPage page) => (_playwright, _browser, Page) = (playwright, browser, page);

    public IPage Page { get; }

    public static async Task<ChromiumPage> OpenAsync()
    {
        string chromium = ExternalProgram.Chromium;
        IPlaywright playwright = await Playwright.CreateAsync();
        try
        {
            IBrowser browser = await playwright.Chromium.LaunchAsync(
                new BrowserTypeLaunchOptions { ExecutablePath = chromium, Headless = true, Args = Arguments, Timeout = LimitMilliseconds });
            IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions { Permissions = Permissions });
            IPage page = await context.NewPageAsync();
            page.SetDefaultTimeout(LimitMilliseconds);
            return new ChromiumPage(playwright, browser, page);
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>The text of a script of this folder.</summary>
    public static Task<string> ReadScriptAsync(string name) =>
        File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Chromium", name), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
