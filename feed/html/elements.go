package html

// An element is what becomes of one HTML element.
type element struct {
	write string // the name it is written under; "" drops the tag and keeps the content
	kind  kind
	attrs []attr
	// proven elements are those the proof knows; see proof.go.
	proven bool
	inner  inner
}

// A kind says how an element behaves in the tree.
type kind uint8

const (
	inline   kind = iota
	block         // closes an open p; separates words
	void          // has no content and no end tag
	voidLine      // void, and separates words
	skipped       // dropped with its content
	table         // the parts of a table, whose places in the tree are fixed
)

// inner is what an element of the proof may contain.
type inner uint8

const (
	nothing inner = iota
	phrasing
	flow
	items // li only
)

// An attr is a permitted attribute.
type attr struct {
	name string
	form form
}

// A form is what an attribute's value must look like.
type form uint8

const (
	text      form = iota // anything
	address               // an absolute http or https URL
	number                // decimal digits
	span                  // 1 to 1000
	direction             // ltr, rtl, auto
	flag                  // no value
	date                  // as of the time element: digits, letters, punctuation
)

var (
	everywhere = []attr{{"dir", direction}, {"lang", text}}
	cell       = []attr{{"colspan", span}, {"rowspan", span}, {"dir", direction}, {"lang", text}}
)

// elements has every element that is written, renamed or dropped with its
// content. The tag of any other element is dropped and its content kept.
var elements = map[string]*element{
	"a":      {write: "a", attrs: []attr{{"href", address}, {"title", text}, {"dir", direction}, {"lang", text}}, proven: true, inner: phrasing},
	"abbr":   {write: "abbr", attrs: []attr{{"title", text}, {"dir", direction}, {"lang", text}}},
	"b":      {write: "b", attrs: everywhere, proven: true, inner: phrasing},
	"bdi":    {write: "bdi", attrs: everywhere},
	"bdo":    {write: "bdo", attrs: everywhere},
	"cite":   {write: "cite", attrs: everywhere},
	"code":   {write: "code", attrs: everywhere, proven: true, inner: phrasing},
	"del":    {write: "del", attrs: everywhere},
	"dfn":    {write: "dfn", attrs: everywhere},
	"em":     {write: "em", attrs: everywhere, proven: true, inner: phrasing},
	"i":      {write: "i", attrs: everywhere, proven: true, inner: phrasing},
	"ins":    {write: "ins", attrs: everywhere},
	"kbd":    {write: "kbd", attrs: everywhere},
	"mark":   {write: "mark", attrs: everywhere},
	"q":      {write: "q", attrs: everywhere},
	"s":      {write: "s", attrs: everywhere, proven: true, inner: phrasing},
	"samp":   {write: "samp", attrs: everywhere},
	"small":  {write: "small", attrs: everywhere},
	"strike": {write: "s", attrs: everywhere},
	"strong": {write: "strong", attrs: everywhere, proven: true, inner: phrasing},
	"sub":    {write: "sub", attrs: everywhere, proven: true, inner: phrasing},
	"sup":    {write: "sup", attrs: everywhere, proven: true, inner: phrasing},
	"time":   {write: "time", attrs: []attr{{"datetime", date}, {"dir", direction}, {"lang", text}}},
	"tt":     {write: "code", attrs: everywhere},
	"u":      {write: "u", attrs: everywhere, proven: true, inner: phrasing},
	"var":    {write: "var", attrs: everywhere},

	"br":    {write: "br", kind: voidLine, proven: true},
	"hr":    {write: "hr", kind: voidLine},
	"img":   {write: "img", kind: void, attrs: images, proven: true},
	"image": {write: "img", kind: void, attrs: images},
	"wbr":   {write: "wbr", kind: void},

	"blockquote": {write: "blockquote", kind: block, attrs: everywhere, proven: true, inner: flow},
	"dd":         {write: "dd", kind: block, attrs: everywhere},
	"details":    {write: "details", kind: block, attrs: []attr{{"open", flag}, {"dir", direction}, {"lang", text}}},
	"div":        {write: "div", kind: block, attrs: everywhere, proven: true, inner: flow},
	"dl":         {write: "dl", kind: block, attrs: everywhere},
	"dt":         {write: "dt", kind: block, attrs: everywhere},
	"figcaption": {write: "figcaption", kind: block, attrs: everywhere, proven: true, inner: flow},
	"figure":     {write: "figure", kind: block, attrs: everywhere, proven: true, inner: flow},
	"h1":         {write: "h1", kind: block, attrs: everywhere, proven: true, inner: phrasing},
	"h2":         {write: "h2", kind: block, attrs: everywhere, proven: true, inner: phrasing},
	"h3":         {write: "h3", kind: block, attrs: everywhere, proven: true, inner: phrasing},
	"h4":         {write: "h4", kind: block, attrs: everywhere, proven: true, inner: phrasing},
	"h5":         {write: "h5", kind: block, attrs: everywhere, proven: true, inner: phrasing},
	"h6":         {write: "h6", kind: block, attrs: everywhere, proven: true, inner: phrasing},
	"li":         {write: "li", kind: block, attrs: []attr{{"value", number}, {"dir", direction}, {"lang", text}}, proven: true, inner: flow},
	"ol":         {write: "ol", kind: block, attrs: []attr{{"start", number}, {"reversed", flag}, {"dir", direction}, {"lang", text}}, proven: true, inner: items},
	"p":          {write: "p", kind: block, attrs: everywhere, proven: true, inner: phrasing},
	"pre":        {write: "pre", kind: block, attrs: everywhere},
	"summary":    {write: "summary", kind: block, attrs: everywhere},
	"ul":         {write: "ul", kind: block, attrs: everywhere, proven: true, inner: items},

	// Containers whose meaning lies in a page that is not there.
	"address":  {write: "div", kind: block, attrs: everywhere},
	"article":  {write: "div", kind: block, attrs: everywhere},
	"aside":    {write: "div", kind: block, attrs: everywhere},
	"center":   {write: "div", kind: block, attrs: everywhere},
	"dir":      {write: "ul", kind: block, attrs: everywhere},
	"fieldset": {write: "div", kind: block, attrs: everywhere},
	"footer":   {write: "div", kind: block, attrs: everywhere},
	"form":     {write: "div", kind: block, attrs: everywhere},
	"header":   {write: "div", kind: block, attrs: everywhere},
	"hgroup":   {write: "div", kind: block, attrs: everywhere},
	"legend":   {write: "div", kind: block, attrs: everywhere},
	"listing":  {write: "pre", kind: block, attrs: everywhere},
	"main":     {write: "div", kind: block, attrs: everywhere},
	"menu":     {write: "ul", kind: block, attrs: everywhere},
	"nav":      {write: "div", kind: block, attrs: everywhere},
	"search":   {write: "div", kind: block, attrs: everywhere},
	"section":  {write: "div", kind: block, attrs: everywhere},
	"xmp":      {write: "pre", kind: block, attrs: everywhere},

	"caption": {write: "caption", kind: table, attrs: everywhere},
	"table":   {write: "table", kind: block, attrs: everywhere},
	"tbody":   {write: "tbody", kind: table, attrs: everywhere},
	"td":      {write: "td", kind: table, attrs: cell},
	"tfoot":   {write: "tfoot", kind: table, attrs: everywhere},
	"th":      {write: "th", kind: table, attrs: cell},
	"thead":   {write: "thead", kind: table, attrs: everywhere},
	"tr":      {write: "tr", kind: table, attrs: everywhere},

	"applet":   {kind: skipped},
	"audio":    {kind: skipped},
	"button":   {kind: skipped},
	"canvas":   {kind: skipped},
	"datalist": {kind: skipped},
	"frameset": {kind: skipped},
	"iframe":   {kind: skipped},
	"math":     {kind: skipped},
	"noembed":  {kind: skipped},
	"noframes": {kind: skipped},
	"object":   {kind: skipped},
	"script":   {kind: skipped},
	"select":   {kind: skipped},
	"style":    {kind: skipped},
	"svg":      {kind: skipped},
	"template": {kind: skipped},
	"textarea": {kind: skipped},
	"title":    {kind: skipped},
	"video":    {kind: skipped},
}

var images = []attr{{"src", address}, {"alt", text}, {"title", text}, {"width", number}, {"height", number}}

// separates reports whether the element ends a word of the text around it.
func (e *element) separates() bool {
	return e.kind == block || e.kind == voidLine || e.kind == table
}
