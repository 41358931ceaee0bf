//! Chinese.

use super::Phrases;

pub(super) const PHRASES: Phrases = Phrases {
    openers: &[
        "他", "她", "它", "这", "那", "其", "此", "该", "但", "而", "然而", "不过", "因此", "所以", "于是", "此外",
        "另外", "同时", "并且", "例如", "比如", "然后", "最后", "也", "还", "对此", "由此", "反之",
    ],
    expletives: &[],
    pronouns: &[],
    selves: &["我"],
    demonstratives: &[],
    times: &[],
    speaks: &[],
    says: &[],
    notices: &[
        "点 击",
        "阅 读",
        "关 注",
        "订 阅",
        "分 享",
        "责 任 编 辑",
        "编 辑",
        "记 者",
        "作 者",
    ],
    calls: &[
        "点 击 这 里",
        "版 权 所 有",
        "阅 读 全 文",
        "阅 读 更 多",
        "扫 描 二 维 码",
    ],
};
